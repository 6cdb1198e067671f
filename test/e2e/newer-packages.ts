import type { Lab } from '../lab/lab.ts'

/** Makes a second repository on each node, with a higher version (`+lab1`) of some of the mirror's packages. */
export async function addNewerPackages(lab: Lab, names: readonly string[]): Promise<void> {
  const script = `set -e
mkdir -p /opt/newer && cd /opt/newer && : >Packages
for name in ${names.join(' ')}; do
  deb=$(ls /srv/mirror/"$name"_*.deb | head -n 1)
  dpkg-deb -R "$deb" tree
  sed -i 's/^Version: .*/&+lab1/' tree/DEBIAN/control
  dpkg-deb -Znone -b tree "$name.deb" >/dev/null
  rm -rf tree
  { dpkg-deb -f "$name.deb"; echo "Filename: ./$name.deb"; echo "Size: $(stat -c %s "$name.deb")"
    echo "SHA256: $(sha256sum "$name.deb" | cut -c1-64)"; echo; } >>Packages
done
echo 'deb [trusted=yes] file:/opt/newer ./' >/etc/apt/sources.list.d/newer.list`
  for (const { name } of lab.nodes) {
    const { code, stderr } = await lab.exec(name, script)
    if (code !== 0) throw new Error(`no newer packages on ${name}: ${stderr}`)
  }
}
