"""What an analysis found, in the formats that people and programs read: pure functions of a `Report`."""
