"""
The specification as a static site: ``gradspec site DIR``.

Each clause has the address ``clause/ID.html`` for ever, whatever chapter it comes to stand in. A page is one file that
needs no other, so that the site can be read from a folder, without a server and without the network.
"""

from __future__ import annotations

from .addresses import permanent_address as permanent_address
from .building import site_pages as site_pages
from .writing import earlier_pages as earlier_pages
from .writing import write_site as write_site
