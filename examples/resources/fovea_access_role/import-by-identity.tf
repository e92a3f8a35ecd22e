import {
  to = fovea_access_role.backend
  identity = {
    name = "fovea-production-backend"
  }
}
