terraform {
  backend "s3" {
    bucket         = "alice-notes"
    key            = "terraform.tfstate"
    region         = "eu-west-1"
    use_path_style = true
    max_retries    = 1
  }
}
