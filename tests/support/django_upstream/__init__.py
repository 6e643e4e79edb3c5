"""A small real Django Channels helpdesk, written from the guide; tests run it on daphne."""
