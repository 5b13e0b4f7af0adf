"""Run the command line as ``python -m flt3itd``."""

from flt3itd.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
