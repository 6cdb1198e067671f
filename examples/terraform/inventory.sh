#!/bin/sh
# The inventory as Terraform knows it: pgha diff -i examples/terraform/inventory.sh
# Names, addresses and the VIP come from `terraform output`, all else from group_vars/ beside this file.
cd "$(dirname "$0")" || exit
outputs=$(terraform output -json) || exit
printf '%s\n' "$outputs" | jq -f inventory.jq
