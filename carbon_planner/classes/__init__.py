"""Class systems of land use and land cover: codes, names, crosswalks, cover shares, detection, colours."""
