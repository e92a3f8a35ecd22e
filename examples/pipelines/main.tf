# The roles of the pipelines. Apply this once, as an administrator, before the pipelines
# run. It has a state of its own, so that no pipeline can change its own role.

terraform {
  required_version = ">= 1.8"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.90"
    }
    fovea = {
      source = "parafovea/fovea"
    }
  }
}

provider "aws" {
  region = var.region
}

provider "fovea" {
  region = var.region
}

# An account has one OIDC provider for an issuer. If yours has it already, import it.
resource "aws_iam_openid_connect_provider" "pipelines" {
  url            = "https://${var.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

# What each access may do. "plan" writes nothing. "apply" has no permission to delete a
# video, but can write lifecycle rules that expire videos.
data "fovea_access_policy" "pipelines" {
  for_each = toset(["plan", "apply"])

  access             = each.key
  bucket             = var.bucket
  additional_buckets = var.additional_buckets
  kms_key_arns       = var.kms_key_arns
  principals         = [var.principals]
}

locals {
  trust = {
    # Each pull request and branch may plan, so these subjects can be patterns.
    plan  = { operator = "StringLike", subjects = var.plan_subjects }
    apply = { operator = "StringEquals", subjects = var.apply_subjects }
  }

  # The regular expression of the IAM pattern principals.
  principals = "(?i)^${replace(replace(replace(var.principals, "/[.+^$(){}|\\[\\]\\\\]/", "\\$0"), "*", ".*"), "?", ".")}$"

  # Terraform's own: the state, and for apply its lock.
  state = try(var.state.key, "")
  state_objects = {
    plan = { "s3:GetObject" = [local.state] }
    apply = {
      "s3:GetObject"    = [local.state, "${local.state}.tflock"]
      "s3:PutObject"    = [local.state, "${local.state}.tflock"]
      "s3:DeleteObject" = ["${local.state}.tflock"]
    }
  }
}

resource "aws_iam_role" "pipelines" {
  for_each = local.trust

  name = "${var.role_prefix}-${each.key}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.pipelines.arn }
      Condition = merge(
        { StringEquals = merge({ "${var.issuer}:aud" = "sts.amazonaws.com" }, each.value.operator == "StringEquals" ? { "${var.issuer}:sub" = each.value.subjects } : {}) },
        each.value.operator == "StringLike" ? { StringLike = { "${var.issuer}:sub" = each.value.subjects } } : {},
      )
    }]
  })

  lifecycle {
    precondition {
      condition     = !can(regex(local.principals, "${var.role_prefix}-${each.key}"))
      error_message = "principals matches the role ${var.role_prefix}-${each.key}, so that a pipeline could change its own role. Choose another role_prefix, or a narrower pattern."
    }
  }
}

resource "aws_iam_role_policy" "videos" {
  for_each = aws_iam_role.pipelines

  name   = "fovea"
  role   = each.value.name
  policy = data.fovea_access_policy.pipelines[each.key].json
}

resource "aws_iam_role_policy" "state" {
  for_each = var.state == null ? {} : aws_iam_role.pipelines

  name = "terraform-state"
  role = each.value.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{ Effect = "Allow", Action = "s3:ListBucket", Resource = "arn:aws:s3:::${var.state.bucket}" }],
      [for action, keys in local.state_objects[each.key] : { Effect = "Allow", Action = action, Resource = [for key in keys : "arn:aws:s3:::${var.state.bucket}/${key}"] }],
    )
  })
}
