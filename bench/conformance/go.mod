module tinhub/bench/conformance

go 1.26

replace tinhub => ../..
