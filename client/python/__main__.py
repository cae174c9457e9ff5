"""What ``python cattino.zip`` does: the side of Cattino that has to be Python."""

import sys

if sys.version_info < (3, 8):
    sys.exit("cattino needs Python 3.8 or newer, and this is %s (%s)" % (sys.version.split()[0], sys.executable))

from cattino import _main  # noqa: E402

_main.main(sys.argv[1:])
