"""The worker: takes chunks, scores them and saves the scores; the only package that knows Celery."""
