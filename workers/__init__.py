"""What runs in the background: the Celery application, its tasks and its schedule."""
