"""One-line embedding in web frameworks: `init(app)`. The room is open; nothing lives here yet."""
