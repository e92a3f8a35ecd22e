import {
  to = fovea_access_key.backend
  id = "AKIAIOSFODNN7EXAMPLE"
}
