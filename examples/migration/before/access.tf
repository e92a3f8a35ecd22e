# The user that FOVEA runs as outside of AWS.

resource "aws_iam_user" "fovea" {
  name = "fovea-production"
}

resource "aws_iam_user_policy" "fovea" {
  name = "FOVEAVideoAccess"
  user = aws_iam_user.fovea.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:ListBucket"]
      Resource = [aws_s3_bucket.videos.arn, "${aws_s3_bucket.videos.arn}/*"]
    }]
  })
}

resource "aws_iam_access_key" "fovea" {
  user = aws_iam_user.fovea.name
}

output "access_key_id" {
  value = aws_iam_access_key.fovea.id
}

output "secret_access_key" {
  value     = aws_iam_access_key.fovea.secret
  sensitive = true
}

# The role of the EC2 instances that FOVEA runs on.

resource "aws_iam_role" "backend" {
  name = "fovea-production-backend"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "backend" {
  name = "read-videos"
  role = aws_iam_role.backend.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ListVideos"
        Effect   = "Allow"
        Action   = ["s3:ListBucket", "s3:GetBucketLocation"]
        Resource = aws_s3_bucket.videos.arn
      },
      {
        Sid      = "ReadVideos"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.videos.arn}/*"
      },
    ]
  })
}

resource "aws_iam_instance_profile" "backend" {
  name = "fovea-production-instances"
  role = aws_iam_role.backend.name
}
