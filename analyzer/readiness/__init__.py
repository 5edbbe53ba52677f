"""Whether a project can launch: areas, a checklist, a score, and what people have confirmed."""
