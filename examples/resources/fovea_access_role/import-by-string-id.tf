import {
  to = fovea_access_role.backend
  id = "fovea-production-backend"
}
