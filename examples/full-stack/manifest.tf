# The module publishes the list of the videos at each apply. The Lambda keeps it current in
# between. Both write the same, so a plan after the Lambda has run shows no change.
module "manifest_lambda" {
  source = "../manifest-lambda"

  name           = "${var.name_prefix}-manifest"
  bucket         = module.storage.bucket
  manifest_key   = module.storage.manifest_key
  video_suffixes = var.video_suffixes
  lambda_package = var.lambda_package
}
