"""What is read, once: statements built at import, narrowed by `visibility`, rows handed out as they come.

Pages and the API call the same functions. A function takes a connection and an actor and returns rows.
"""

from typing import Any

from sqlalchemy.engine import Row

AnyRow = Row[*tuple[Any, ...]]
"""A row by the names of its columns, which stand beside the statement."""
