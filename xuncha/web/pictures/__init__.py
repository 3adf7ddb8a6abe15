"""Pictures drawn on the server as SVG: where things stand is worked out here, how they look is in picture.css."""
