import {
  to = fovea_replication_role.videos
  id = "fovea-production-replication"
}
