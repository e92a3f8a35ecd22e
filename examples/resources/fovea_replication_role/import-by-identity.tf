import {
  to = fovea_replication_role.videos
  identity = {
    name = "fovea-production-replication"
  }
}
