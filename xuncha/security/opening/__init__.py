"""Opening of sealed values (密封内容的开启): asked for with a reason, approved by another for a while."""
