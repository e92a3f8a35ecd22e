resource "fovea_video_bucket" "videos" {
  bucket = "fovea-production-videos"

  lifecycle {
    prevent_destroy = true
  }
}

resource "fovea_access_user" "backend" {
  name   = "fovea-production-backend"
  bucket = fovea_video_bucket.videos.bucket
}

# The secret is encrypted for the person who sets up FOVEA, and is in clear text nowhere,
# the state included.
resource "fovea_access_key" "backend" {
  user = fovea_access_user.backend.name

  # gpg --armor --export ops@yourcompany.com
  pgp_key = <<-EOT
    -----BEGIN PGP PUBLIC KEY BLOCK-----

    xjMEZZP6wBYJKwYBBAHaRw8BAQdAB356gf17cPDVmXI4qIcAoIAyU1AT0qVwl3iV
    3tJP+anNJkZPVkVBIG9wZXJhdGlvbnMgPG9wc0B5b3VyY29tcGFueS5jb20+wr0E
    ExYIAG8FgmWT+sACCwcJEBeppfaqM6tLNRQAAAAAABwAEHNhbHRAbm90YXRpb25z
    Lm9wZW5wZ3Bqcy5vcmfvIxEFEe2pavkhZeiDsHWzAhUIAhYAAhkBApsDAh4BFiEE
    BlNIhq+q0nJemVGdF6ml9qozq0sAABklAPsFUvB5PCppTo41kCHUNg0UkP6JUOr4
    G9cUgl4X0FqufgEA233PEv60nfGx54rDH79POCgVEAlvMpdRksexWOhF/w3OOARl
    k/rAEgorBgEEAZdVAQUBAQdAJOtmkYXpDrkj5oRJwGVdnyfQ9QC4QlvCAq7lyHcK
    3V8DAQoJwq4EGBYIAGAFgmWT+sAJEBeppfaqM6tLNRQAAAAAABwAEHNhbHRAbm90
    YXRpb25zLm9wZW5wZ3Bqcy5vcmeWQumlmAY+gwKWTWwtuQ6uApsMFiEEBlNIhq+q
    0nJemVGdF6ml9qozq0sAAHGeAP40O3Y8Choe1BlesGypibv/t4LcJWYM7QpI0j6d
    6c27IgD/V2py9T+VxI0z+xw2hwfJejdkKuKaTo5pauTlqR1yjw8=
    =oZuI
    -----END PGP PUBLIC KEY BLOCK-----
  EOT
}

# terraform output -raw encrypted_secret_access_key | base64 --decode | gpg --decrypt
output "encrypted_secret_access_key" {
  value = fovea_access_key.backend.encrypted_secret_access_key
}
