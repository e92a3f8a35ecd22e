import {
  to = fovea_access_user.backend
  identity = {
    name = "fovea-production-backend"
  }
}
