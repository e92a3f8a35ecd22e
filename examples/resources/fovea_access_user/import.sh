terraform import fovea_access_user.backend fovea-production-backend
