"""`python -m service` is `dondoc`."""

from service.cli import main

if __name__ == "__main__":
    main()
