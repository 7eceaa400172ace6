"""Runs the sandbox: `python -m tuisync_etsy.sandbox`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the sandbox as a process; return its exit code."""
    try:
        from tuisync_etsy.sandbox.process import run  # noqa: PLC0415 - the extra may be missing
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"starlette", "uvicorn"}:
            raise
        sys.stderr.write(
            "The sandbox needs starlette and uvicorn: pip install 'tuisync-etsy[sandbox]'\n"
        )
        return 2
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
