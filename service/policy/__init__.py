"""The law: one gate through which every text passes."""
