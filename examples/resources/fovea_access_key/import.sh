terraform import fovea_access_key.backend AKIAIOSFODNN7EXAMPLE
# Without the permission to look up whose key it is:
terraform import fovea_access_key.backend fovea-production-backend/AKIAIOSFODNN7EXAMPLE
