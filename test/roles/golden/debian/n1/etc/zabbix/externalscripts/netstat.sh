what netstat.sh holds
