"""Retention and destruction (保管期限与销毁): how long what is kept, and its end by three people and a certificate."""
