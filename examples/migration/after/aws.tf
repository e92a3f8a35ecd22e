# The blocks from before, until the move is applied: Terraform needs hashicorp/aws
# to forget what it managed.

provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "backup"
  region = "eu-west-1"
}
