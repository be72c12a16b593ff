# `identity` prints who the caller is, `buckets` the names of its buckets, `version` the SDK core's.
require 'aws-sdk-core'
require 'aws-sdk-s3'

# Named here, as Debian 12's SDK (3.168.1) does not read the variable itself.
def at
  { endpoint: ENV.fetch('AWS_ENDPOINT_URL') }
end

case ARGV.first
when 'version' then puts Aws::CORE_GEM_VERSION
when 'identity' then puts Aws::STS::Client.new(at).get_caller_identity.arn
else puts Aws::S3::Client.new(at).list_buckets.buckets.map(&:name)
end
