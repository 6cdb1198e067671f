# What inventory.jq expects: names with addresses, and the virtual address. Replace the right sides with your resources.
output "nodes" {
  value = { for node in openstack_compute_instance_v2.pg : node.name => node.access_ip_v4 }
}

output "vip" {
  value = openstack_networking_port_v2.vip.all_fixed_ips[0]
}
