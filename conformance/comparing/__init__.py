"""Reports beside one another: which implementation keeps which clause in which format."""
