import {
  to = fovea_access_key.backend
  identity = {
    access_key_id = "AKIAIOSFODNN7EXAMPLE"
  }
}
