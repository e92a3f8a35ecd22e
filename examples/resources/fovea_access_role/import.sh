terraform import fovea_access_role.backend fovea-production-backend
