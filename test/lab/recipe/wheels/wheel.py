"""Makes wheels in a folder of installed Debian packages of Python: wheel.py FOLDER PACKAGE...

A package without metadata of its own (an interpreter, a tool of Debian's) gives none. Debian strips what a project
requires from its metadata: a wheel requires what its package depends on.
"""

import base64
import hashlib
import pathlib
import re
import subprocess
import sys
import zipfile

SITE = pathlib.Path('/usr/lib/python3/dist-packages')


# As on PyPI, Patroni does not choose its driver.
UNNAMED = {'python3-psycopg2'}


def query(*words):
    return subprocess.run(['dpkg-query', *words], check=True, capture_output=True, text=True).stdout


class Project:
    """The files of a package, and its metadata: an .egg-info (a file or a folder) or a .dist-info."""

    def __init__(self, package):
        self.package = package
        paths = [pathlib.Path(line) for line in query('--listfiles', package).splitlines()]
        inside = [path for path in paths if SITE in path.parents and '__pycache__' not in path.parts]
        infos = [path for path in inside if path.suffix in ('.egg-info', '.dist-info')]
        self.info = infos[0] if len(infos) == 1 else None
        self.files = [path for path in inside if path.is_file() and self.info not in (path, *path.parents)]

    def text(self, *names):
        if self.info.is_file():
            return self.info.read_text() if 'PKG-INFO' in names else ''
        return next(((self.info / name).read_text() for name in names if (self.info / name).exists()), '')

    def field(self, name):
        return re.search(rf'^{name}: (.*)$', self.text('METADATA', 'PKG-INFO'), re.M)[1]

    def depends(self):
        depends = query('--show', '--showformat', '${Depends}', self.package)
        return set(re.findall(r'python3-[a-z0-9.+-]+', depends)) - UNNAMED

    def tag(self):
        libraries = [path.name for path in self.files if path.suffix == '.so']
        version = next((match[1] for name in libraries if (match := re.search(r'\.cpython-(\d+)-', name))), None)
        if version:
            return f'cp{version}-cp{version}-linux_x86_64'
        return 'cp36-abi3-linux_x86_64' if libraries else 'py3-none-any'

    def extras(self):
        """Requires-Dist lines for the sections of requires.txt that stand for extras."""
        extra = ''
        for line in map(str.strip, self.text('requires.txt').splitlines()):
            if line.startswith('['):
                extra = '' if ':' in line else line.strip('[]')
            elif line and extra:
                yield f'Requires-Dist: {line} ; extra == "{extra}"'

    def metadata(self, names):
        head, _, body = self.text('METADATA', 'PKG-INFO').partition('\n\n')
        kept = [line for line in head.splitlines() if not line.startswith('Requires-Dist:') or 'extra ==' in line]
        own = [f'Requires-Dist: {names[package]}' for package in sorted(self.depends() & names.keys())]
        return '\n'.join([*kept, *own, *self.extras()]) + '\n\n' + body


def make(folder, project, names):
    stem = f'{re.sub(r"[-_.]+", "_", project.field("Name"))}-{project.field("Version")}'
    tag = project.tag()
    pure = 'true' if tag.endswith('any') else 'false'
    info = {
        'METADATA': project.metadata(names),
        'WHEEL': f'Wheel-Version: 1.0\nGenerator: lab\nRoot-Is-Purelib: {pure}\nTag: {tag}\n',
        'entry_points.txt': project.text('entry_points.txt'),
    }
    content = {str(path.relative_to(SITE)): path.read_bytes() for path in project.files}
    content |= {f'{stem}.dist-info/{name}': text.encode() for name, text in info.items() if text}
    record = ''
    for path, data in content.items():
        checksum = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()
        record += f'{path},sha256={checksum},{len(data)}\n'
    content[f'{stem}.dist-info/RECORD'] = f'{record}{stem}.dist-info/RECORD,,\n'.encode()
    with zipfile.ZipFile(folder / f'{stem}-{tag}.whl', 'w', zipfile.ZIP_DEFLATED) as wheel:
        for path, data in content.items():
            wheel.writestr(path, data)


def main(folder, *packages):
    projects = [project for project in map(Project, packages) if project.info and project.files]
    names = {project.package: project.field('Name') for project in projects}
    for project in projects:
        make(pathlib.Path(folder), project, names)


main(*sys.argv[1:])
