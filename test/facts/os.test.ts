import { describe, expect, it } from 'vitest'

import { parseOs } from '../../src/facts/os.ts'

const debian13 = `PRETTY_NAME="Debian GNU/Linux 13 (trixie)"
NAME="Debian GNU/Linux"
VERSION_ID="13"
VERSION="13 (trixie)"
VERSION_CODENAME=trixie
DEBIAN_VERSION_FULL=13.7
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`

const debian12 = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`

const ubuntu = `PRETTY_NAME="Ubuntu 24.04.1 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION="24.04.1 LTS (Noble Numbat)"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
HOME_URL="https://www.ubuntu.com/"
UBUNTU_CODENAME=noble
LOGO=ubuntu-logo
`

const centos7 = `NAME="CentOS Linux"
VERSION="7 (Core)"
ID="centos"
ID_LIKE="rhel fedora"
VERSION_ID="7"
PRETTY_NAME="CentOS Linux 7 (Core)"
ANSI_COLOR="0;31"
CPE_NAME="cpe:/o:centos:centos:7"
HOME_URL="https://www.centos.org/"
BUG_REPORT_URL="https://bugs.centos.org/"

CENTOS_MANTISBT_PROJECT="CentOS-7"
CENTOS_MANTISBT_PROJECT_VERSION="7"
REDHAT_SUPPORT_PRODUCT="centos"
REDHAT_SUPPORT_PRODUCT_VERSION="7"

`

const rocky9 = `NAME="Rocky Linux"
VERSION="9.4 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.4"
PLATFORM_ID="platform:el9"
PRETTY_NAME="Rocky Linux 9.4 (Blue Onyx)"
ANSI_COLOR="0;32"
SUPPORT_END="2032-05-31"
`

const alpine = `NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.20.0
PRETTY_NAME="Alpine Linux v3.20"
`

describe('the system of a node', () => {
  it.each([
    [
      'Debian 13',
      debian13,
      { family: 'debian', id: 'debian', version: '13', name: 'Debian GNU/Linux 13 (trixie)' },
    ],
    [
      'Debian 12',
      debian12,
      { family: 'debian', id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
    ],
    ['Ubuntu', ubuntu, { family: 'debian', id: 'ubuntu', version: '24.04', name: 'Ubuntu 24.04.1 LTS' }],
    ['CentOS 7', centos7, { family: 'el', id: 'centos', version: '7', name: 'CentOS Linux 7 (Core)' }],
    ['Rocky 9', rocky9, { family: 'el', id: 'rocky', version: '9.4', name: 'Rocky Linux 9.4 (Blue Onyx)' }],
    ['Oracle Linux', `ID='ol'\nVERSION_ID='8.9'\n`, { family: 'el', id: 'ol', version: '8.9', name: 'ol' }],
    ['a derivate of a derivate', 'ID=mint\nID_LIKE="ubuntu debian"\n', { family: 'debian', id: 'mint' }],
    ['Alpine', alpine, { family: 'unknown', id: 'alpine', version: '3.20.0', name: 'Alpine Linux v3.20' }],
    ['a node without os-release', '', { family: 'unknown', id: '', version: '', name: '' }],
  ])('is read: %s', (_, printed, os) => {
    expect(parseOs(printed)).toMatchObject(os)
  })
})
