"""Drawing: the map tool, what it leaves in the layer, and drafts that survive a crash."""
