"""What search knows of people: nothing the open posts do not say."""

from freehold.kit.privacy import impersonal
from freehold.market.search.models import JobRow

impersonal(JobRow, "a copy of an open post for finding it; gone when the post closes, and closing comes first")
