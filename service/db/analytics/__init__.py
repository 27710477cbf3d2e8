"""What analysts read: the views' upkeep and the figures of the pages."""
