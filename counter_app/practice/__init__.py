"""Sample offices and the drill that plays a whole outage on them."""
