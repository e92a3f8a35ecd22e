resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

# Pods that run as the service account "backend" in the namespace "fovea" of one EKS
# cluster (IRSA). Annotate the service account with
#
#   eks.amazonaws.com/role-arn: <role_arn>
#
# The OIDC provider is that of the cluster, such as an aws_iam_openid_connect_provider.
resource "fovea_access_role" "backend" {
  name             = "fovea-production-backend"
  bucket           = fovea_video_bucket.videos.bucket
  trusted_services = []

  web_identity = {
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E"
    subjects          = ["system:serviceaccount:fovea:backend"]
  }
}

# With EKS Pod Identity no OIDC provider is needed. An aws_eks_pod_identity_association
# says which service account gets the role.
resource "fovea_access_role" "pods" {
  name             = "fovea-production-pods"
  bucket           = fovea_video_bucket.videos.bucket
  trusted_services = ["pods.eks.amazonaws.com"]
}

output "role_arn" {
  value = fovea_access_role.backend.arn
}
