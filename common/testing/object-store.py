# OpenStack Swift with its S3 interface in one process, for tests: proxy, account, container and object server on loopback, one device, one copy.
# Arguments: folder (empty, for configuration and data), four ports. Prints "ready" when it answers; ends when its standard input does.
# Key `keshi:owner` with `owners-secret` may do everything, `keshi:stranger` with `strangers-secret` nothing.
import eventlet
eventlet.monkey_patch()
import os, sys
from eventlet import wsgi
from swift.common import utils

folder, ports = sys.argv[1], [int(port) for port in sys.argv[2:6]]
write = lambda name, text: open(os.path.join(folder, name), 'w').write(text)
write('swift.conf', '[swift-hash]\nswift_hash_path_suffix = keshi\nswift_hash_path_prefix = keshi\n')
utils.set_swift_dir(folder)
os.makedirs(os.path.join(folder, 'devices', 'disk'))

from swift.common.ring import RingBuilder
from swift.common.wsgi import SwiftHttpProtocol, loadapp

names = ['proxy', 'account', 'container', 'object']
for name, port in list(zip(names, ports))[1:]:
    builder = RingBuilder(1, 1, 0)
    builder.add_dev({'id': 0, 'region': 1, 'zone': 1, 'weight': 1.0, 'ip': '127.0.0.1', 'port': port, 'device': 'disk'})
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, name + '.ring.gz'))
    write(name + '.conf', f'[DEFAULT]\nswift_dir = {folder}\ndevices = {folder}/devices\nmount_check = false\ndisable_fallocate = true\nlog_address = /nowhere\n'
          f'[pipeline:main]\npipeline = {name}-server\n[app:{name}-server]\nuse = egg:swift#{name}\n')
write('proxy.conf', f'''[DEFAULT]
swift_dir = {folder}
log_address = /nowhere
[pipeline:main]
pipeline = catch_errors cache s3api tempauth copy slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
allow_multipart_uploads = true
location = us-east-1
max_upload_part_num = 10000
[filter:tempauth]
use = egg:swift#tempauth
user_keshi_owner = owners-secret .admin
user_keshi_stranger = strangers-secret
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
''')
for name, port in zip(names, ports):
    app = loadapp(os.path.join(folder, name + '.conf'))
    eventlet.spawn(wsgi.server, eventlet.listen(('127.0.0.1', port)), app, log_output=False, protocol=SwiftHttpProtocol)
print('ready', flush=True)
while eventlet.tpool.execute(sys.stdin.readline):
    pass
