"""`python -m service.web`: serve with the settings of the environment."""

from service.config import Settings
from service.web.serve import serve

serve(Settings())
