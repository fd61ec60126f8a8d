"""Reports of the frameworks that are installed, as files and pages, and a page that compares them."""

from .publishing import Published as Published
from .publishing import pages as pages
from .publishing import published as published
from .publishing import stale as stale
