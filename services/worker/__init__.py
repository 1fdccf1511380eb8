"""The Celery processes: worker and beat. Tasks are doorbells; PostgreSQL says what there is to do."""
