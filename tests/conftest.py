"""What every test stands on: the demonstration force, seeded once into the test database."""
