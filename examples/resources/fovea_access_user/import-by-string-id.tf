import {
  to = fovea_access_user.backend
  id = "fovea-production-backend"
}
