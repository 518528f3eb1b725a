"""Analysis of results: how far two maps agree, which places to choose, what a change of factors would do."""
