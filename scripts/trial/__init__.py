"""The trial's own questions: response, survival and relapse by group of patients."""
